/** What is wrong with a filter, and where: `at` counts characters from 0. */
export interface FilterFault {
  at: number
  length: number
  /** What is wrong, and what would be right. */
  message: string
}

/** Leaves the parser at the first fault; parseFilter() turns it into a value. */
export class FaultFound extends Error {
  readonly fault: FilterFault

  constructor(place: { at: number; length: number }, message: string) {
    super(message)
    this.name = "FaultFound"
    this.fault = { at: place.at, length: place.length, message }
  }
}
