import type { Letters } from './letters.ts';
import type { Seat } from './seat.ts';
import type { Side } from './side.ts';

/** Where the chat confirms no addresses, everybody who works there links their account as people do: by a mailed code. */
export async function linkEverybody(
  side: Side,
  letters: Letters,
  seat: (name: string) => Seat,
): Promise<void> {
  if (side.confirmsAddresses) return;
  await Promise.all(
    side.colleagues.map(async (name) => {
      const person = seat(name);
      await person.types(`/access link start ${person.email}`);
      await person.sees('A code is on its way');
      const [line = ''] = /\/access link code code:\S+/.exec(await person.reads('Your code')) ?? [];
      await person.types(line);
      await person.sees(`Linked to ${person.email}`);
    }),
  );
  letters.forget();
}
