/** Does the same in many organizations; one that fails does not hold up the ones after it. @returns the sum */
export const inEachOrganization = async (
  due: readonly { organizationId: string }[],
  run: (organizationId: string) => Promise<number>,
): Promise<number> => {
  let total = 0;
  const failures: unknown[] = [];
  for (const { organizationId } of due) {
    try {
      total += await run(organizationId);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} organizations could not be tidied`);
  return total;
};
