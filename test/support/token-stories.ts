import { pressing, type Stories, says } from './command-stories.ts';

const BOT = 'Service account bot';
const NO_RIGHT = ['Not done', 'service-accounts:write'];
const NO_TOKENS = ['Not done', 'tokens:write'];

/** Told while Cleo is a member of Acme; Eli runs Wave, which has organization tokens. */
export const tokenStories: Stories = {
  'access token create': {
    does: says('cleo', '/access token create laptop expires:30d', ['Token laptop created', 'rc_usr_']),
    refuses: says('cleo', '/access token create laptop', ['one called laptop already', 'rotate']),
  },
  'access token list': {
    does: says('cleo', '/access token list', ['Your tokens', 'laptop']),
    refuses: says('gil', '/access token list', 'Rollcall does not answer guests'),
  },
  'access token rotate': {
    does: says('cleo', '/access token rotate laptop overlap:1h', [
      'Token laptop rotated',
      'still works until',
    ]),
    refuses: says('ada', '/access token rotate laptop overlap:1h', 'No token laptop'),
  },
  'access token revoke': {
    does: pressing('cleo', '/access token revoke laptop', 'Revoke laptop?', 'Revoke', 'laptop is revoked'),
    refuses: says('cleo', '/access token revoke laptop', 'No token laptop'),
  },
  'org service-account create': {
    does: says('ada', '/org service-account create bot', [`${BOT} created`, 'rc_svc_']),
    refuses: says('cleo', '/org service-account create mine', NO_RIGHT),
  },
  'org service-account list': {
    does: says('ada', '/org service-account list', ['Service accounts', 'bot']),
    refuses: says('gil', '/org service-account list', 'Rollcall does not answer guests'),
  },
  'org service-account show': {
    does: says('ada', '/org service-account show bot', [BOT, 'ada@acme.example']),
    refuses: says('ada', '/org service-account show bat', ['No service account bat', 'bot']),
  },
  'org service-account edit': {
    does: says('ada', '/org service-account edit bot responsible:cleo@acme.example', [
      `${BOT} is changed`,
      'cleo@acme.example',
    ]),
    refuses: says('cleo', '/org service-account edit bot new-name:hers', NO_RIGHT),
  },
  'org service-account rotate': {
    does: pressing('ada', '/org service-account rotate bot', 'Rotate bot?', 'Rotate', 'New key for bot'),
    refuses: says('cleo', '/org service-account rotate bot overlap:1h', NO_RIGHT),
  },
  'org service-account disable': {
    does: pressing(
      'ada',
      '/org service-account disable bot',
      'Disable bot?',
      'Disable',
      `${BOT} is disabled`,
    ),
    refuses: says('cleo', '/org service-account disable bot', NO_RIGHT),
  },
  'org service-account enable': {
    does: says('ada', '/org service-account enable bot', `${BOT} is enabled`),
    refuses: says('ada', '/org service-account enable bot', 'is enabled already'),
  },
  'org service-account delete': {
    does: pressing('ada', '/org service-account delete bot', 'Delete bot?', 'Delete', `${BOT} is deleted`),
    refuses: says('ada', '/org service-account delete bot', 'No service account bot'),
  },
  'org token create': {
    does: async (people) => {
      await says('eli', '/org create Wave model:coreweave', 'Wave is yours to run')(people);
      await says('eli', '/org token create ci org:wave', ['Token ci created', 'rc_org_'])(people);
    },
    refuses: says('ada', '/org token create ci org:acme', ['No token was created', 'no organization tokens']),
  },
  'org token list': {
    does: says('eli', '/org token list org:wave', ['Tokens of the organization', 'ci']),
    refuses: says('cleo', '/org token list', ['Not done', 'tokens:read']),
  },
  'org token rotate': {
    does: says('eli', '/org token rotate ci overlap:1h org:wave', ['Token ci rotated', 'still works until']),
    refuses: says('cleo', '/org token rotate ci overlap:1h', NO_TOKENS),
  },
  'org token reassign': {
    does: says('eli', '/org token reassign ci member:eli@acme.example org:wave', [
      'eli@acme.example looks after ci now',
      'the same secret',
    ]),
    refuses: says('cleo', '/org token reassign ci member:cleo@acme.example', NO_TOKENS),
  },
  'org token deactivate': {
    does: pressing(
      'eli',
      '/org token deactivate ci org:wave',
      'Deactivate ci?',
      'Deactivate',
      'ci is deactivated',
    ),
    refuses: says('cleo', '/org token deactivate ci', NO_TOKENS),
  },
  'org token reactivate': {
    does: says('eli', '/org token reactivate ci org:wave', 'Token ci is reactivated'),
    refuses: says('eli', '/org token reactivate ci org:wave', 'ci is active already'),
  },
  'org token revoke': {
    does: pressing('eli', '/org token revoke ci org:wave', 'Revoke ci?', 'Revoke', 'Token ci is revoked'),
    refuses: says('eli', '/org token revoke ci org:wave', 'No token ci'),
  },
};
