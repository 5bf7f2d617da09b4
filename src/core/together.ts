/** Statements under way at once, and questions in one: with larger ones all callers ride in lock-step and a core idles. */
const LANES = 3;
const AT_MOST = 16;

interface Waiting<Q, A> {
  question: Q;
  resolve: (answer: A) => void;
  reject: (error: unknown) => void;
}

/**
 * Answers questions one by one for whoever asks, and those that arrive together in one go (design.md, section 3).
 * `answer` is called after everybody whom it answers has asked, so nobody gets an answer from before their question;
 * it returns one answer for each question, in their order. Where it fails, it fails for those alone.
 */
export const together = <Q, A>(
  answer: (questions: readonly Q[]) => Promise<readonly A[]>,
): ((question: Q) => Promise<A>) => {
  const waiting: Waiting<Q, A>[] = [];
  let lanes = 0;
  let woken = false;

  const run = async (batch: readonly Waiting<Q, A>[]): Promise<void> => {
    try {
      const answers = await answer(batch.map(({ question }) => question));
      if (answers.length !== batch.length) throw new Error('Not every question was answered');
      // The length was checked: an answer may well be undefined.
      for (const [at, { resolve }] of batch.entries()) resolve(answers[at] as A);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const openLane = async (): Promise<void> => {
    lanes += 1;
    while (waiting.length > 0) await run(waiting.splice(0, AT_MOST));
    lanes -= 1;
  };

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (woken || lanes >= LANES) return;
      woken = true;
      queueMicrotask(() => {
        woken = false;
        while (lanes < LANES && waiting.length > 0) void openLane();
      });
    });
};
