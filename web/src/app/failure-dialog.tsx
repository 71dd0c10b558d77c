import { App } from 'antd';
import { Failure } from './Failure';

/** For what failed without a form to show it in. */
export function useFailureDialog(): (title: string, error: unknown) => void {
  const { modal } = App.useApp();
  return (title, error) => void modal.error({ title, icon: null, content: <Failure error={error} /> });
}
