import type { Mailbox } from './mailbox.ts';
import type { FirstStep, PageState, Suggestion, WireView } from './page/wire.ts';
import { maySee } from './workspace/find.ts';
import { visible } from './workspace/read.ts';
import { shapesOf, wordsOf } from './workspace/shape.ts';
import type { View } from './workspace/site.ts';
import type { Workspace } from './workspace/workspace.ts';

/** Of each channel. The page gets everything anew at every change. */
const MOST_SHOWN = 200;

export type PageSource = {
  workspace: Workspace;
  mailbox: Mailbox;
  epoch: () => string;
  suggestions: readonly Suggestion[];
  firstSteps: readonly FirstStep[];
};

const wireView = (view: View): WireView => ({
  id: view.id,
  title: wordsOf(view.body.title),
  submit: wordsOf(view.body.submit),
  close: wordsOf(view.body.close),
  blocks: shapesOf(view.body.blocks),
  values: view.values,
});

/** All that one person sees right now, in one piece: it is small, and so the page can never be half up to date. */
export function pageState(source: PageSource, who: string): PageState {
  const { workspace, mailbox } = source;
  const { site } = workspace;
  const you = site.people.get(who) ?? workspace.people()[0];
  if (!you) throw new Error('the workspace has no people');
  const channels = workspace.channels().filter((channel) => maySee(channel, you));
  const home = workspace.home(you.id);
  return {
    epoch: source.epoch(),
    team: site.team.name,
    app: { name: site.app.name, userId: site.app.userId },
    you: you.id,
    people: workspace.people().map(({ teamId: _team, guest: _guest, bot: _bot, ...person }) => person),
    channels: channels.map(({ id, name, topic, kind, members }) => ({
      id,
      name,
      topic,
      kind,
      members: [...members],
    })),
    messages: channels.flatMap((channel) => visible(site, you, channel).slice(-MOST_SHOWN)),
    modals: workspace.modals(you.id).map(wireView),
    ...(home ? { home: wireView(home) } : {}),
    letters: mailbox.list().map(({ id, from, to, subject, at }) => ({ id, from, to, subject, at })),
    counts: countAll(workspace),
    suggestions: [...source.suggestions],
    shortcuts: [...workspace.manifest.shortcuts],
    firstSteps: [...source.firstSteps],
  };
}

function countAll({ site }: Workspace): PageState['counts'] {
  const counts: PageState['counts'] = {};
  for (const person of site.people.values()) {
    const mine: { [channelId: string]: number } = {};
    for (const message of site.messages) {
      const channel = site.channels.get(message.channel);
      if (!channel || message.author === person.id || (message.onlyFor && message.onlyFor !== person.id))
        continue;
      if (maySee(channel, person)) mine[channel.id] = (mine[channel.id] ?? 0) + 1;
    }
    counts[person.id] = mine;
  }
  return counts;
}
