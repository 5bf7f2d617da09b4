import type { Seat, Story } from './story.ts';

export interface Acme {
  /** Runs Acme. */
  ada: Seat;
  ben: Seat;
  cleo: Seat;
  /** Works here too, and is in no organization. */
  dana: Seat;
  /** Likewise. */
  eli: Seat;
}

/** Makes somebody a member as people become members: a letter, its link, Accept; then their first command. */
export async function joins(story: Pick<Story, 'seat'>, name: string, access = 'role:member'): Promise<Seat> {
  const person = story.seat(name);
  const ada = story.seat('ada');
  await ada.types(`/org invite send ${person.email} ${access}`);
  await ada.sees(`Invitation sent to ${person.email}`);
  await person.opensLink();
  const { status } = await person.accepts();
  if (status !== 200) throw new Error(`${name} could not accept: ${status}`);
  await person.types('/access whoami');
  await person.sees(['Acme']);
  return person;
}

/** An organization that Ada runs, with Ben and Cleo as members and the projects search-prod and data-lake. */
export async function foundAcme(story: Pick<Story, 'seat'>): Promise<Acme> {
  const ada = story.seat('ada');
  await ada.types('/org create Acme');
  await ada.sees('Acme is yours to run');
  for (const project of ['search-prod', 'data-lake']) {
    await ada.types(`/org project create ${project}`);
    await ada.sees(`${project} created`);
  }
  const ben = await joins(story, 'ben');
  const cleo = await joins(story, 'cleo');
  return { ada, ben, cleo, dana: story.seat('dana'), eli: story.seat('eli') };
}
