import { lazy, Suspense, useState } from 'react';
import { useShortcut } from './shortcuts';
import { useFollowedJobs } from '../jobs/jobs';

const CommandPalette = lazy(() => import('../palette/CommandPalette'));
const KeysDialog = lazy(() => import('../palette/KeysDialog'));
const JobTray = lazy(() => import('../jobs/JobTray'));

/** What stands above every page: command palette, list of keys, work that goes on behind. */
export function Overlays() {
  const [open, setOpen] = useState<'palette' | 'keys'>();
  const jobs = useFollowedJobs();
  const toggle = () => setOpen(open === 'palette' ? undefined : 'palette');
  useShortcut('k', toggle, { withControl: true });
  useShortcut('?', () => setOpen('keys'));
  return (
    <Suspense fallback={null}>
      {open === 'palette' && (
        <CommandPalette onClose={() => setOpen(undefined)} onKeys={() => setOpen('keys')} />
      )}
      {open === 'keys' && <KeysDialog onClose={() => setOpen(undefined)} />}
      {jobs.length > 0 && <JobTray jobs={jobs} />}
    </Suspense>
  );
}
