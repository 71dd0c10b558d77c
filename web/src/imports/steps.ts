import type { Import } from '../api/types';

export const STEPS = ['upload', 'columns', 'rows', 'duplicates', 'run', 'report'] as const;
export type Step = (typeof STEPS)[number];

/** Between the check and the run one goes to and fro; everything else follows from the state. */
export const CHOSEN_STEPS = ['columns', 'rows', 'duplicates'] as const satisfies Step[];
export type ChosenStep = (typeof CHOSEN_STEPS)[number];

/** The step at which an import stands, given the one last chosen for it. */
export function stepOf(state: Import['state'], chosen: ChosenStep | undefined): Step {
  switch (state) {
    case 'CHECKING':
    case 'READY':
      return chosen ?? 'columns';
    case 'RUNNING':
      return 'run';
    case 'FAILED':
      return 'upload';
    case 'SUCCEEDED':
    case 'CANCELLED':
    case 'REVERTING':
    case 'REVERTED':
      return 'report';
  }
}

const stored = (id: string) => `cims.import.${id}`;

export function rememberStep(id: string, step: ChosenStep): void {
  localStorage.setItem(stored(id), step);
}

/** Where one was when one left. */
export function rememberedStep(id: string): ChosenStep | undefined {
  return CHOSEN_STEPS.find((step) => step === localStorage.getItem(stored(id)));
}
