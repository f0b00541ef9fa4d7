/**
 * Node's own words to keep garbage from piling up, in MB for each thread: left alone, half of what an idle child has in
 * memory is room for it. Nothing on the road of a packet allocates.
 */
export const smallHeap = "--max-semi-space-size=4"
