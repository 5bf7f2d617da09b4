import { brokenGlass } from './broken-glass.ts';
import { confirmed } from './confirmed.ts';
import { deciding } from './deciding.ts';
import { deliveries } from './deliveries.ts';
import { ending } from './ending.ts';
import { giving } from './giving.ts';
import { meanwhile } from './meanwhile.ts';
import { persons } from './persons.ts';
import { policies } from './policies.ts';
import { quorum } from './quorum.ts';
import type { Race } from './race.ts';
import { standing } from './standing.ts';

/** Every race there is: the tests play each a few times, `npm run races` by the thousand. */
export const races: readonly Race[] = [
  ...deciding,
  ...meanwhile,
  ...standing,
  ...quorum,
  ...persons,
  ...deliveries,
  ...confirmed,
  ...giving,
  ...policies,
  ...brokenGlass,
  ...ending,
];
