// Imported into an engine whose memory is judged: what its control thread has let go of is gone within a second, instead of
// when V8 wants the room. (A relay worker never comes to its timers; its own garbage stays.)
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { isMainThread } from "node:worker_threads"

if (isMainThread) {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void // what the flag gives
  setInterval(collect, 1_000).unref()
}
