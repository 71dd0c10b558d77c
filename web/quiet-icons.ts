import type { Plugin } from 'vite';

const ICON = /@ant-design\/icons\/es\/components\/AntdIcon(?:Light)?\.js$/;
/** What every icon says of itself, before what is said of it where it stands. */
const NAMED = /role: "img",\s*"aria-label": icon\.name\s*\}, restProps/;
const QUIET = `role: "img", "aria-hidden": restProps["aria-label"] === undefined || undefined }, restProps`;

/**
 * Silences Ant Design's icons, those within its own components too: each calls itself by an English word, which in a button
 * would stand before the text. One that says what no text beside it does is given an aria-label where it stands.
 */
export function quietIcons(): Plugin {
  return {
    name: 'quiet-icons',
    transform: {
      filter: { id: ICON },
      handler(code, id) {
        const quiet = code.replace(NAMED, QUIET);
        if (quiet === code) this.error(`${id} names its icons in another way than quiet-icons.ts knows`);
        return quiet;
      },
    },
  };
}
