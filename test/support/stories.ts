import { pressing, type Stories, says } from './command-stories.ts';
import { driftReportStories } from './drift-report-stories.ts';
import { driftStories } from './drift-stories.ts';
import { operatorStories } from './operator-stories.ts';
import { passkeyStories } from './passkey-stories.ts';
import { resourceStories } from './resource-stories.ts';
import { reviewStories } from './review-stories.ts';
import { tokenStories } from './token-stories.ts';

const GUEST = 'Rollcall does not answer guests';
const STRANGER = 'You are not a member of any organization here';
const CLEO = 'cleo@acme.example';
const BEN = 'ben@acme.example';
const DANA = 'dana@acme.example';
const NOBODY = 'nobody@acme.example';

/** Every command, in an order in which each finds what it needs; Cleo is an operator. */
export const stories: Stories = {
  access: { does: says('ada', '/access', 'You in Acme'), refuses: says('gil', '/access', GUEST) },
  'access home': {
    does: says('cleo', '/access home', 'You in Acme'),
    refuses: says('gil', '/access home', GUEST),
  },
  'access whoami': {
    does: says('cleo', '/access whoami', [CLEO, 'Acme', 'member']),
    refuses: says('gil', '/access whoami', GUEST),
  },
  'access help': {
    does: says('cleo', '/access help invite send', ['/org invite send', 'Who may', 'email:']),
    refuses: says('cleo', '/access help frobnicate', 'There is no frobnicate'),
  },
  'org help': {
    does: says('cleo', '/org help "member role"', ['/org member role', 'Who may']),
    refuses: says('gil', '/org help', GUEST),
  },
  org: { does: says('ada', '/org', ['Acme', '3']), refuses: says('eli', '/org', STRANGER) },
  'org show': {
    does: says('cleo', '/org show', ['Acme', '3']),
    refuses: says('eli', '/org show org:acme', 'no organization acme that you can reach'),
  },
  'org list': {
    does: says('ada', '/org list', ['Your organizations', 'Acme']),
    refuses: says('gil', '/org list', GUEST),
  },
  'org use': {
    does: says('ada', '/org use acme', 'Using Acme'),
    refuses: says('ada', '/org use nowhere', 'no organization nowhere that you can reach'),
  },
  'org status': {
    does: says('cleo', '/org status', ['Everything works', 'queue', 'mail', 'expire: ', 'next ']),
    refuses: says('gil', '/org status', GUEST),
  },
  'org invite send': {
    does: says('ada', `/org invite send ${DANA} role:member project:data-lake:read-only`, [
      `Invitation sent to ${DANA}`,
      'data-lake: read-only',
      'Acme',
    ]),
    refuses: says('cleo', `/org invite send ${NOBODY}`, [
      "You can't invite",
      'invitations:write',
      'ada@acme.example',
    ]),
  },
  'org invite ask': {
    does: says('cleo', '/org invite ask nina@example.com role:member reason:"joins us"', [
      'The administrators were asked',
      'nina@example.com',
    ]),
    refuses: says('ada', '/org invite ask nina@example.com', 'you may invite people yourself'),
  },
  'org invite list': {
    does: says('ada', '/org invite list', [DANA, 'member', 'ada@acme.example']),
    refuses: says('cleo', '/org invite list', "You can't"),
  },
  'org invite copy': {
    does: says('ada', `/org invite copy ${DANA}`, ['/invitations#', 'the one that was mailed']),
    refuses: says('cleo', `/org invite copy ${DANA}`, "You can't"),
  },
  'org invite resend': {
    does: says('ada', `/org invite resend ${DANA}`, `sent again to ${DANA}`),
    refuses: says('ada', `/org invite resend ${NOBODY}`, NOBODY),
  },
  'org invite revoke': {
    does: says('ada', `/org invite revoke ${DANA}`, 'The link no longer works'),
    refuses: says('ada', `/org invite revoke ${DANA}`, 'revoked'),
  },
  'org member list': {
    does: says('cleo', '/org member list', ['3 active members', CLEO]),
    refuses: says('eli', '/org member list', STRANGER),
  },
  'org member show': {
    does: says('ada', `/org member show ${CLEO}`, [CLEO, 'active', 'member']),
    refuses: says('ada', `/org member show ${NOBODY}`, `No member ${NOBODY}`),
  },
  'org member role': {
    does: async (people) => {
      const line = `/org member role ${CLEO} admin for:1h`;
      const warning = 'Administrators may do everything';
      await pressing('ada', line, warning, 'Change role', 'Before: member. Now: admin until')(people);
      await people.ada.clicks('Undo');
      await people.ada.sees('They could no longer run Acme');
      await people.ada.clicks('Change role');
      await people.ada.sees(`${CLEO} is member`);
    },
    refuses: says('ben', `/org member role ${CLEO} none`, ["You can't change roles", 'members:write']),
  },
  'org member external-id': {
    does: says('ada', `/org member external-id ${CLEO} id:E-1042`, ['E-1042', CLEO]),
    refuses: says('ben', `/org member external-id ${CLEO} id:E-1`, "You can't"),
  },
  'org member deactivate': {
    does: pressing('ada', `/org member deactivate ${CLEO}`, 'Deactivate', 'Deactivate', 'is deactivated'),
    refuses: says('ben', `/org member deactivate ${CLEO}`, "You can't change members"),
  },
  'org member reactivate': {
    does: says('ada', `/org member reactivate ${CLEO}`, 'is active again'),
    refuses: says('ada', `/org member reactivate ${CLEO}`, 'active'),
  },
  'org project list': {
    does: says('ada', '/org project list', ['search-prod', 'data-lake']),
    refuses: says('eli', '/org project list', STRANGER),
  },
  'org project show': {
    does: says('ada', '/org project show search-prod', 'search-prod'),
    refuses: says('cleo', '/org project show search-prod', ['search-prod', 'Not done']),
  },
  'org project create': {
    does: says('ada', '/org project create search-old', 'search-old created'),
    refuses: says('cleo', '/org project create mine', "You can't"),
  },
  'org project delete': {
    does: pressing('ada', '/org project delete search-old', 'no way back', 'Delete', 'search-old deleted'),
    refuses: says('cleo', '/org project delete search-prod', "You can't delete"),
  },
  'org project default-role': {
    does: says('ada', '/org project default-role data-lake read-only', ['data-lake', 'read-only']),
    refuses: says('cleo', '/org project default-role data-lake owner', "You can't"),
  },
  'org access show': {
    does: says('cleo', '/org access show', ['Your access', 'data-lake']),
    refuses: says('cleo', `/org access show ${NOBODY}`, `No member ${NOBODY}`),
  },
  'org access grant': {
    does: says('ada', `/org access grant ${CLEO} search-prod runner for:7d`, [CLEO, 'runner', 'search-prod']),
    refuses: says('ben', `/org access grant ${CLEO} search-prod runner`, 'search-prod'),
  },
  'org access revoke': {
    does: pressing('ada', `/org access revoke ${CLEO} search-prod`, 'This ends', 'Take away', 'Access taken'),
    refuses: says('ada', `/org access revoke ${CLEO} search-prod`, 'Nothing was taken away'),
  },
  'org access edit': {
    does: pressing(
      'ada',
      `/org access edit ${CLEO} project:data-lake:read-only`,
      'read-only in workspace data-lake',
      'Save',
      `Access of ${CLEO} saved`,
    ),
    refuses: says('ada', `/org access edit ${CLEO} project:nowhere:runner`, 'nowhere'),
  },
  'org role list': {
    does: says('cleo', '/org role list', ['admin', 'developer', 'read-only']),
    refuses: says('eli', '/org role list', STRANGER),
  },
  'org role show': {
    does: says('cleo', '/org role show developer', ['developer', '*:run']),
    refuses: says('cleo', '/org role show emperor', 'emperor'),
  },
  'org role create': {
    does: says('ada', '/org role create tuner permissions:models:read', [
      'Role tuner created',
      'models:read',
    ]),
    refuses: says('cleo', '/org role create mine permissions:models:read', ["You can't", 'roles:write']),
  },
  'org role edit': {
    does: says('ada', '/org role edit tuner add:models:update', ['tuner changed', 'models:update']),
    refuses: says('ada', '/org role edit developer add:models:update', 'developer is built in'),
  },
  'org role delete': {
    does: pressing('ada', '/org role delete tuner', 'Nobody has it', 'Delete', 'Role tuner deleted'),
    refuses: says('ada', '/org role delete tuner', 'tuner'),
  },
  'org settings show': {
    does: says('cleo', '/org settings show', ['max-for', '30 days']),
    refuses: says('eli', '/org settings show', STRANGER),
  },
  'org settings set': {
    does: says('ada', '/org settings set max-for 14d', ['max-for is set', '14 days']),
    refuses: says('cleo', '/org settings set max-for 14d', ["You can't", 'settings:write']),
  },
  'access request new': {
    does: says('ben', '/access request new developer search-prod for:8h reason:"incident 77"', 'REQ-1'),
    refuses: says('ben', '/access request new developer nowhere reason:x', 'nowhere'),
  },
  'access request list': {
    does: says('ben', '/access request list', ['REQ-1', 'developer']),
    refuses: says('eli', '/access request list', STRANGER),
  },
  'access request show': {
    does: says('ben', '/access request show REQ-1', ['REQ-1', 'incident 77']),
    refuses: says('cleo', '/access request show REQ-1', 'no request REQ-1'),
  },
  'access request edit': {
    does: says('ben', '/access request edit REQ-1 for:4h', 'REQ-1 is changed'),
    refuses: says('cleo', '/access request edit REQ-1 for:4h', 'no request REQ-1'),
  },
  'access request approve': {
    does: says('ada', '/access request approve REQ-1', 'REQ-1 approved'),
    refuses: says('ada', '/access request approve REQ-1', 'approved REQ-1 already'),
  },
  'access request extend': {
    does: says('ben', '/access request extend REQ-1 for:8h reason:"not done yet"', 'REQ-2'),
    refuses: says('ben', '/access request extend REQ-99 for:8h reason:x', 'no request REQ-99'),
  },
  'access request cancel': {
    does: says('ben', '/access request cancel REQ-2', 'REQ-2 is cancelled'),
    refuses: says('ben', '/access request cancel REQ-2', 'cancelled'),
  },
  'access request return': {
    does: says('ben', '/access request return REQ-1', 'REQ-1 is returned'),
    refuses: says('ben', '/access request return REQ-1', 'returned'),
  },
  'access return': {
    does: async (people) => {
      await says('ada', `/org access grant ${BEN} search-prod runner for:2h`, 'runner')(people);
      await says('ben', '/access return runner search-prod', 'runner is given back')(people);
    },
    refuses: says('ben', '/access return admin', 'you are not admin of Acme for a time'),
  },
  'access request deny': {
    does: async (people) => {
      await says('cleo', '/access request new owner search-prod reason:curious', 'REQ-3')(people);
      await says('ada', '/access request deny REQ-3 use the runbook instead', 'REQ-3 denied')(people);
      await people.cleo.sees(['Denied', 'use the runbook instead'], 'direct');
    },
    refuses: says('ada', '/access request deny REQ-3 really', 'denied REQ-3 already'),
  },
  'org audit list': {
    does: says('ada', '/org audit list actor:ada@acme.example since:1d', ['request.denied', 'REQ-3']),
    refuses: says('cleo', '/org audit list', ["You can't", 'audit:read']),
  },
  'org audit verify': {
    does: says('ada', '/org audit verify', ['The audit holds', 'none is missing']),
    refuses: says('cleo', '/org audit verify', "You can't"),
  },
  'org export': {
    does: says('ada', '/org export audit', ['Export of audit', 'oldest first']),
    refuses: says('cleo', '/org export audit', ["You can't export", 'audit:read']),
  },
  'access link remove': {
    does: says('ben', '/access link remove', 'Unlinked from ben@acme.example'),
    refuses: says('ben', '/access link remove', 'not linked'),
  },
  'access link start': {
    does: says('ben', '/access link start ben@acme.example', 'A code is on its way to ben@acme.example'),
    refuses: says('ada', '/access link start ada@acme.example', 'already linked'),
  },
  'access link code': {
    does: async (people) => {
      const [line = ''] = /\/access link code code:\S+/.exec(await people.ben.reads('Your code')) ?? [];
      await says('ben', line, 'Linked to ben@acme.example')(people);
    },
    refuses: says('ada', '/access link code ABCD2345', 'Not linked'),
  },
  ...driftStories,
  ...driftReportStories,
  ...reviewStories,
  ...passkeyStories,
  ...tokenStories,
  ...operatorStories,
  ...resourceStories,
  'org member remove': {
    does: pressing('ada', `/org member remove ${CLEO}`, 'Remove', 'Remove', 'is removed'),
    refuses: says('ben', '/org member remove ada@acme.example', "You can't change members"),
  },
  'access break-glass': {
    does: async (people) => {
      await says(
        'ada',
        '/org settings set break-glass runner:ben@acme.example:1h',
        'break-glass is set',
      )(people);
      await says(
        'ben',
        '/access break-glass runner project:data-lake incident 77',
        'You are runner in data-lake now',
      )(people);
    },
    refuses: says('ben', '/access break-glass runner project:data-lake incident 77', 'you have it already'),
  },
  'access leave': {
    does: pressing('ben', '/access leave', 'Leave Acme?', 'Leave', 'You left'),
    refuses: says('ada', '/access leave', 'without an administrator'),
  },
  'org create': {
    does: says('eli', '/org create "Eli & Co" slug:eli', 'Eli & Co is yours to run'),
    refuses: says('eli', '/org create Another slug:acme', 'acme is not available'),
  },
  'org disconnect': {
    does: pressing('eli', '/org disconnect eli', 'Nobody reaches it', 'Disconnect', 'no longer connected'),
    refuses: says('ben', '/org disconnect acme', 'no organization acme'),
  },
  'org connect': {
    does: says('eli', '/org connect eli', 'Eli & Co is connected'),
    refuses: says('ben', '/org connect eli', 'eli'),
  },
};
