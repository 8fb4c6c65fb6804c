import type { PreviewState } from '../model/state.ts';

declare global {
  interface Window {
    preview: PreviewState;
  }
}

window.preview = {
  ready: false,
  dashboard: '',
  theme: 'dark',
  range: { from: 0, to: 0 },
  variables: {},
  panels: [],
  annotations: 0,
  errors: [],
};
