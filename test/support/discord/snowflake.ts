const EPOCH = 1_420_070_400_000n;
let counter = 0n;

/** An id as Discord makes them: the time, and a count that tells apart what happened within one millisecond. */
export function snowflake(at = Date.now()): string {
  counter = (counter + 1n) % 0x3fffffn;
  return String(((BigInt(at) - EPOCH) << 22n) | counter);
}
