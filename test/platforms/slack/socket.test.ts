import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSlack } from '../../../src/platforms/slack/index.ts';
import { createWorkspace } from '../../../src/playground/workspace/workspace.ts';
import { eventually } from '../../support/eventually.ts';
import { recordingCommands } from '../recording.ts';
import { startSocketServer } from './socket-server.ts';
import { CHANNELS, card, MANIFEST, PEOPLE } from './start-slack.ts';

const APP_TOKEN = 'xapp-1-test';
type Workspace = Awaited<ReturnType<typeof createWorkspace>>;
let workspace: Workspace;
let socket: Awaited<ReturnType<typeof startSocketServer>>;
beforeAll(async () => {
  workspace = await createWorkspace({
    eventsUrl: 'http://127.0.0.1:9/unused',
    manifest: MANIFEST,
    people: PEOPLE,
    channels: CHANNELS,
  });
  socket = await startSocketServer(workspace.apiUrl, APP_TOKEN);
});
afterAll(async () => {
  await socket.stop();
  await workspace.stop();
});

const connect = async (appToken: string) => {
  const double = recordingCommands();
  const slack = await createSlack({
    botToken: workspace.botToken,
    signingSecret: 'unused beside an app token',
    appToken,
    apiUrl: socket.apiUrl,
    commands: double.commands,
    log: pino({ level: 'silent' }),
  });
  return { slack, ...double };
};

it('over a socket, which wins, a command is acknowledged, heard and answered without any public address', async () => {
  const { slack, received, told } = await connect(APP_TOKEN);
  expect(slack.requestListener).toBeUndefined();
  await slack.start();
  expect(await slack.health()).toMatchObject({ ok: true, detail: 'connected to Acme by Socket Mode' });
  told.receive = ({ reply }) => reply.answer(card('You are Ada'));
  const channel = (await workspace.place('ada', 'general')).id;
  const user_id = workspace.person('ada').id;
  const payload = {
    command: '/access',
    text: 'whoami',
    team_id: workspace.teamId,
    user_id,
    user_name: 'ada',
    channel_id: channel,
    trigger_id: '1.1.a',
    response_url: 'http://127.0.0.1:9/elsewhere',
  };
  socket.send({ envelope_id: 'e-1', type: 'slash_commands', accepts_response_payload: true, payload });
  await eventually(() => expect(socket.acks).toEqual([expect.objectContaining({ envelope_id: 'e-1' })]));
  await eventually(async () =>
    expect((await workspace.messages('ada', 'general')).at(-1)?.text).toContain('You are Ada'),
  );
  expect(received[0]?.input).toEqual({ kind: 'typed', root: 'access', text: 'whoami' });
  await slack.stop();
});

it('an app token that Slack does not take ends the start with its name', async () => {
  const { slack } = await connect('xapp-wrong');
  await expect(slack.start()).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('SLACK_APP_TOKEN'),
  });
  await slack.stop();
});
