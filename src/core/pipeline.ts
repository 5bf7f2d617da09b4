type Results<T extends readonly unknown[]> = { -readonly [K in keyof T]: Awaited<T[K]> };

/**
 * Statements of one transaction in one round trip: they are sent together, and carried out one after the other in this
 * order. All are waited for even when one fails, so that none comes after the rollback; what failed first is thrown.
 */
export const pipeline = async <const T extends readonly unknown[]>(...statements: T): Promise<Results<T>> => {
  const settled = await Promise.allSettled(statements);
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined)) as Results<T>;
};
