import type { Refusal } from '../blocks/check-message.ts';
import { parsedOf, type Shape } from '../shape.ts';
import type { Site } from '../site.ts';
import { deleteMessage, postEphemeral, postMessage, updateMessage } from './chat.ts';
import { claimPlace, completeUpload } from './files.ts';
import type { Gate } from './gate.ts';
import {
  channelInfo,
  listChannels,
  listMembers,
  listUsers,
  lookupByEmail,
  openConversation,
  userInfo,
} from './people.ts';
import { openView, publishView, pushView, updateView } from './views.ts';

const GATES: Readonly<Record<string, Gate>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': updateMessage,
  'chat.delete': deleteMessage,
  'views.open': openView,
  'views.push': pushView,
  'views.update': updateView,
  'views.publish': publishView,
  'users.info': userInfo,
  'users.list': listUsers,
  'users.lookupByEmail': lookupByEmail,
  'conversations.info': channelInfo,
  'conversations.list': listChannels,
  'conversations.members': listMembers,
  'conversations.open': openConversation,
  'files.getUploadURLExternal': claimPlace,
  'files.completeUploadExternal': completeUpload,
};

const refused = (refusal: Refusal): Shape => ({
  ok: false,
  error: refusal.error,
  ...(refusal.messages ? { response_metadata: { messages: refusal.messages } } : {}),
});

/** Answers one Web API call of the app: Slack's refusals first, then the emulator, then what we remember of it. */
export async function answerCall(site: Site, method: string, args: Shape, token: string): Promise<Shape> {
  if (!token) return { ok: false, error: 'not_authed' };
  if (token !== site.app.token) return { ok: false, error: 'invalid_auth' };
  if (!site.installed) return { ok: false, error: 'account_inactive' };
  const gate = GATES[method] ?? {};
  const missing = method.startsWith('chat.') && !site.manifest.scopes.includes('chat:write');
  const refusal = missing ? undefined : await gate.refuse?.(site, args);
  if (refusal) return refused(refusal);
  const altered = { ...(missing ? args : ((await gate.alter?.(site, args)) ?? args)) };
  for (const field of ['blocks', 'view', 'files', 'attachments', 'metadata']) {
    if (field in altered) altered[field] = parsedOf(altered[field]);
  }
  const answer = await site.call(gate.as ?? method, altered, token);
  if (answer.ok !== true) return answer;
  return (await gate.keep?.(site, altered, answer)) ?? answer;
}
