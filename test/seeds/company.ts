import { joins } from '../support/acme.ts';
import type { Side } from '../support/side.ts';
import { type Seat, type Story, startStory } from '../support/story.ts';

export interface Company {
  story: Story;
  /** Founded Acme. */
  ada: Seat;
  /** Members. */
  ben: Seat;
  cleo: Seat;
  /** Works here, and is in no organization. */
  dana: Seat;
  /** An operator of the installation, and a member of nothing. */
  eli: Seat;
}

/** Acme, founded in a chat on one of the models, with two projects and two members who have no access yet. */
export async function foundCompany(
  startSide: () => Promise<Side>,
  company: { model: string; projects: readonly string[]; joining: string },
): Promise<Company> {
  const story = await startStory(startSide, {
    settings: (side) => ({ operators: [side.email('eli')], kubernetesNamespace: 'default' }),
  });
  const ada = story.seat('ada');
  const eli = story.seat('eli');
  for (const outsider of [eli, story.seat('dana')]) {
    await outsider.types('/access whoami');
    await outsider.sees(outsider.email);
  }
  await ada.types(`/org create Acme model:${company.model}`);
  await ada.sees('Acme is yours to run');
  for (const project of company.projects) {
    await ada.types(`/org project create ${project}`);
    await ada.sees(`${project} created`);
  }
  const ben = await joins(story, 'ben', company.joining);
  const cleo = await joins(story, 'cleo', company.joining);
  return { story, ada, ben, cleo, dana: story.seat('dana'), eli };
}
