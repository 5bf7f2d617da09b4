import type { Block, Button, PersonRef } from '../../src/views/card.ts';

const at = new Date('2026-11-27T00:00:30Z');

export const approve: Button = {
  label: 'Approve',
  style: 'primary',
  says: 'Approve request 142: Admin for sam@example.com for 8 hours',
  action: { command: 'request approve', args: { request: 'REQ-142' } },
  confirm: {
    title: 'Approve Admin for 8 hours?',
    text: 'sam@example.com gets Admin in Acme now.',
    yes: 'Approve',
  },
};

/** One block of each kind, with somebody and a channel as one platform knows them, and somebody of elsewhere. */
export const blocksOfEveryKind = (known: {
  ben: PersonRef;
  elsewhere: PersonRef;
  channel: string;
}): Record<Block['kind'], Block> => {
  const { ben, elsewhere, channel } = known;
  return {
    text: {
      kind: 'text',
      text: [
        'Hello ',
        { person: ben },
        ', or ',
        { person: elsewhere },
        ': ',
        { bold: 'bold' },
        ' ',
        { code: 'w:pods' },
        ' in ',
        { channel },
        ' until ',
        { time: at, style: 'time' },
        '. ',
        { link: 'https://example.com/docs', label: 'Docs' },
      ],
    },
    fields: {
      kind: 'fields',
      fields: [
        ['Organization', 'Acme'],
        ['Ends', { time: at, style: 'date' }],
        ['Who', { person: ben }],
      ],
    },
    quote: { kind: 'quote', label: 'Reason', text: 'rotate the leaked key\nINC-77' },
    list: { kind: 'list', items: ['invite people', [{ bold: 'revoke' }, ' any token']] },
    rows: {
      kind: 'rows',
      rows: [
        {
          text: 'dana@example.com',
          detail: ['developer · ends ', { time: at, style: 'relative' }],
          buttons: [approve],
        },
        {
          text: 'kai@example.org',
          buttons: [
            approve,
            { label: 'Deny…', style: 'danger', action: { command: 'request deny', args: {} } },
          ],
        },
        { text: 'Nothing to press', detail: 'and a plain detail' },
      ],
    },
    table: {
      kind: 'table',
      caption: 'Findings',
      columns: ['Severity', 'Finding'],
      rows: [
        ['High', 'kai left'],
        ['Low', ''],
      ],
    },
    buttons: { kind: 'buttons', buttons: [approve] },
    links: { kind: 'links', links: [{ label: 'Sign in', url: 'https://example.com/sign-in' }] },
    choose: {
      kind: 'choose',
      label: 'Which organization?',
      options: ['acme', 'beta'].map((slug) => ({
        label: slug,
        description: `All of ${slug}`,
        action: { command: 'org use', args: { slug, as: 'show' } },
      })),
    },
    code: { kind: 'code', text: 'rollcall login\n  --token x' },
    secret: { kind: 'secret', label: 'Token', value: 'rc_usr_not_a_real_one' },
    heading: { kind: 'heading', text: 'Your access' },
    divider: { kind: 'divider' },
    small: {
      kind: 'small',
      text: ['REQ-142 · expires ', { time: at, style: 'time' }, ' · ', { person: ben }],
    },
  };
};
