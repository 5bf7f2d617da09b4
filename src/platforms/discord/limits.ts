/** https://docs.discord.com/developers/components/reference: all of one message together. */
export const COMPONENTS = 40;
export const TEXT = 4_000;

export const BUTTONS_IN_ROW = 5;
export const BUTTON_LABEL = 80;
export const BUTTON_URL = 512;
export const CUSTOM_ID = 100;
export const ALT_TEXT = 1_024;

export const OPTIONS = 25;
export const OPTION_TEXT = 100;
export const OPTION_VALUE = 100;
export const PLACEHOLDER = 150;

export const MODAL_TITLE = 45;
export const MODAL_COMPONENTS = 5;
export const LABEL = 45;
export const LABEL_DESCRIPTION = 100;
export const INPUT_TEXT = 4_000;
export const INPUT_PLACEHOLDER = 100;

/** https://docs.discord.com/developers/interactions/application-commands */
export const COMMAND_OPTIONS = 25;
export const COMMAND_CHARACTERS = 8_000;
export const CHOICES = 25;
export const CHOICE_TEXT = 100;

/** https://docs.discord.com/developers/resources/message#allowed-mentions-object */
export const MENTIONS = 100;

/** https://docs.discord.com/developers/interactions/receiving-and-responding: a token answers for a quarter of an hour. */
export const TOKEN_LIFE = 15 * 60_000;

/** https://docs.discord.com/developers/reference#uploading-files */
export const FILE_BYTES = 10 * 1024 * 1024;

/** Ours: what stays readable in one place, so that one long text does not push out the rest. */
export const TITLE = 150;
export const PARAGRAPH = 1_500;
export const QUOTE = 1_000;
export const FIELD = 500;
export const ITEM = 300;
export const CELL = 100;
