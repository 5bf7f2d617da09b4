/**
 * Slack needs no registration at run time: `manifest.yml` is the registration. This is what it must say; a test
 * compares the two.
 */
export const SLASH_COMMANDS = ['/access', '/org'] as const;

interface Shortcut {
  name: string;
  type: 'global' | 'message';
  callback: string;
  /** What pressing it types. */
  types?: { root: 'access' | 'org'; text: string };
}

export const SHORTCUTS: readonly Shortcut[] = [
  {
    name: 'Request access',
    type: 'global',
    callback: 'request_access',
    types: { root: 'access', text: 'request new' },
  },
  { name: 'Manage access', type: 'global', callback: 'manage_access', types: { root: 'org', text: '' } },
  { name: 'Request access', type: 'message', callback: 'request_access_message' },
];

/** How much of a message becomes the reason of a request. */
export const MESSAGE_REASON = 1_000;

export const EVENTS = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'tokens_revoked',
  'user_change',
] as const;

/** Each with what it is for: the README's table says the same. */
export const SCOPES = {
  'app_mentions:read': 'hear "@Rollcall …" in a thread, where Slack has no slash commands',
  'chat:write': 'post approval cards, reports and direct messages',
  commands: 'offer /access, /org and the shortcuts',
  'im:write': 'open a direct message with somebody whose access changed',
  'team:read': 'name the workspace',
  'users:read': 'tell guests, bots and deactivated people from members',
  'users:read.email':
    'show whom a mention means, and match confirmed addresses where LINK_BY_EMAIL allows it',
} as const;

export const OPTIONAL_SCOPES = {
  'channels:read': 'notice that a channel is shared with another company',
  'groups:read': 'the same for private channels',
  'chat:write.public': 'post to public channels without being invited',
  'files:write': 'send exports and the picture of a drift report',
} as const;
