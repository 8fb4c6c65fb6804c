import { groupFindings } from '../../../policies/index.ts';
import type { Section, State } from '../../reports/document.ts';
import { AREAS, type Change, CONSEQUENCES, consequenceOf, type Effect } from '../change.ts';
import type { Review } from '../review.ts';
import type { Level } from '../verdict.ts';

/** A picture of a panel before and after, as PNG. */
export interface PicturePair {
  /** Dashboard and panel. */
  readonly title: string;
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  /** What differs, in red. */
  readonly difference?: Uint8Array;
}

/** What stands in full where there is room for it: an expression, a list. */
export interface Detail {
  readonly title: string;
  readonly before?: string;
  readonly after?: string;
}

/** A part of the report: tables, then what folds. */
export interface Part {
  readonly title: string;
  /** How it stands, in a few words, beside the title. */
  readonly summary?: string;
  /** Whether it is shown unfolded. */
  readonly open: boolean;
  readonly sections: readonly Section[];
  readonly details?: readonly Detail[];
  readonly pictures?: readonly PicturePair[];
}

/** The report on a pull request before anybody decided how it is shown. */
export interface PullRequestReport {
  readonly stack: string;
  /** `main → the working tree`. */
  readonly versions: string;
  readonly verdict: { readonly state: State; readonly text: string };
  readonly parts: readonly Part[];
}

export const STATES: Readonly<Record<Level, State>> = {
  same: 'good',
  changes: 'good',
  look: 'warn',
  refused: 'bad',
  incomparable: 'bad',
};

const EFFECTS: Readonly<Record<Effect, { readonly state: State; readonly text: string }>> = {
  risk: { state: 'bad', text: 'data at risk' },
  weaker: { state: 'warn', text: 'weaker' },
  unclear: { state: 'warn', text: 'to be judged' },
  stricter: { state: 'good', text: 'stricter' },
  neutral: { state: 'none', text: 'changed' },
};

/** Puts the report together. A change that alters nothing is its verdict alone, where all was looked at and all is well. */
export function pullRequestReport(found: Review, further: readonly Part[]): PullRequestReport {
  const { stack, names, verdict } = found;
  const same = verdict.level === 'same';
  return {
    stack,
    versions: `${names.before} → ${names.after}`,
    verdict: { state: STATES[verdict.level], text: verdict.text },
    parts: [
      ...problem(found),
      ...(same && found.findings.length === 0 ? [] : policies(found)),
      ...advice(found),
      ...(same ? [] : changes(found)),
      ...notes(found),
      ...further,
    ],
  };
}

function problem({ problem: text }: Review): readonly Part[] {
  if (text === undefined) return [];
  return [
    {
      title: 'What does not build',
      open: true,
      sections: [],
      details: [{ title: 'The program says', after: text }],
    },
  ];
}

function policies({ findings, problem: broken }: Review): readonly Part[] {
  if (broken !== undefined) return [];
  const mandatory = findings.filter(({ level }) => level === 'mandatory').length;
  const summary =
    findings.length === 0
      ? 'all kept'
      : `${mandatory} mandatory and ${findings.length - mandatory} advisory findings`;
  return [
    {
      title: 'Policies',
      summary,
      open: findings.length > 0,
      sections:
        findings.length === 0
          ? []
          : [
              {
                title: 'Findings',
                table: {
                  head: ['level', 'policy', 'subject', 'what to do', ''],
                  rows: groupFindings(findings).map(({ level, policy, subject, message, isNew }) => [
                    { text: level, state: level === 'mandatory' ? 'bad' : 'warn' },
                    policy,
                    subject,
                    message,
                    isNew ? 'new' : 'as before',
                  ]),
                },
              },
            ],
    },
  ];
}

function advice({ advice: said }: Review): readonly Part[] {
  if (said.length === 0) return [];
  const fresh = said.filter(({ isNew }) => isNew).length;
  return [
    {
      title: 'Advice on files and settings of your own',
      summary: `${fresh} new, ${said.length - fresh} as before`,
      open: fresh > 0,
      sections: [
        {
          title: 'Advice',
          table: {
            head: ['what to look at', ''],
            rows: said.map(({ text, isNew }) => [text, isNew ? 'new' : 'as before']),
          },
        },
      ],
    },
  ];
}

function changes({ changes: all, models }: Review): readonly Part[] {
  if (models === undefined) return [];
  return [
    {
      title: 'What changes',
      summary: all.length === 1 ? '1 change' : `${all.length} changes`,
      open: true,
      sections: [...Map.groupBy(all, consequenceOf)].map(([consequence, found]) => ({
        title: CONSEQUENCES[consequence],
        table: {
          head: ['', 'of', 'subject', 'change'],
          rows: found.map(({ effect, area, subject, text }) => [EFFECTS[effect], AREAS[area], subject, text]),
        },
      })),
      details: all.flatMap(detail),
    },
  ];
}

function detail({ subject, text, before, after, reaches = [] }: Change): readonly Detail[] {
  const title = `${subject}: ${text}`;
  if (before || after) return [{ title, ...(before ? { before } : {}), ...(after ? { after } : {}) }];
  return reaches.length > 0 ? [{ title, after: reaches.join('\n') }] : [];
}

/** What nobody looked at, and what would. Nothing where everything was. */
export const uncheckedPart = (texts: readonly string[]): readonly Part[] =>
  texts.length === 0
    ? []
    : [
        {
          title: 'Not checked',
          summary: `${texts.length}`,
          open: false,
          sections: [],
          details: [{ title: 'Not checked', after: texts.join('\n') }],
        },
      ];

function notes({ notes: texts }: Review): readonly Part[] {
  if (texts.length === 0) return [];
  return [
    {
      title: 'Not compared',
      open: true,
      sections: [],
      details: texts.map((text) => ({ title: 'Note', after: text })),
    },
  ];
}
