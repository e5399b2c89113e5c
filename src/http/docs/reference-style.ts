/** Colours follow the reader's system; nothing is loaded. */
export const referenceStyle = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --link: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1.5rem 4rem; font: 16px/1.55 system-ui, sans-serif;
  background: light-dark(#fff, #16181c); color: light-dark(#1b1c1e, #e4e4e6); }
a { color: var(--link); }
code, pre { font: 0.875em/1.5 ui-monospace, monospace; }
code { background: var(--soft); border-radius: 4px; padding: 0.1em 0.35em; overflow-wrap: anywhere; }
pre { background: var(--soft); border-radius: 6px; padding: 0.8rem 1rem; overflow-x: auto; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
article { margin: 2rem 0; padding-top: 0.5rem; }
article h3 { margin-bottom: 0.3rem; }
h3 b { display: inline-block; min-width: 4.2em; font: 700 0.8em ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.8rem 0.35rem 0; border-bottom: 1px solid var(--line); }
nav ul { columns: 18rem; padding-left: 1.2rem; }
dt { font-weight: 600; margin-top: 0.4rem; }
dd { margin-left: 1.2rem; white-space: pre-line; }
`;
