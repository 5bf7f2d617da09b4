export type Letter = { to: string; subject: string; text: string; html: string };
export type ReceivedLetter = Letter & { id: string; from: string; at: number };
export type Mailbox = ReturnType<typeof createMailbox>;

/** Where the playground's mail arrives: a list in memory that the page shows. Nothing leaves the machine. */
export function createMailbox(from = 'Rollcall <rollcall@acme.example>') {
  const letters: ReceivedLetter[] = [];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    async receive(letter: Letter & { from?: string }): Promise<void> {
      letters.push({ from, ...letter, id: crypto.randomUUID(), at: Date.now() });
      tell();
    },
    list: (): readonly ReceivedLetter[] => letters,
    find: (id: string): ReceivedLetter | undefined => letters.find((letter) => letter.id === id),
    clear(): void {
      letters.length = 0;
      tell();
    },
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
