/** The items of a list as it is typed into a form. */
export const splitList = (text: string): string[] =>
  text
    .split(/[,\n;]/)
    .map((item) => item.trim())
    .filter(Boolean);
