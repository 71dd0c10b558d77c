import { App, Button, Dropdown, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { User } from '../api/types';
import { problemOf } from '../api/problem';
import { Failure } from '../app/Failure';
import { useFailureDialog } from '../app/failure-dialog';
import { useMay } from '../session/me';
import type { GivenPassword } from './PasswordDialog';
import { useEndSessions, useResetPassword, useSetDisabled } from './queries';

interface PersonActionsProps {
  user: User;
  onEdit: () => void;
  onEffective: () => void;
  onPassword: (given: GivenPassword) => void;
  onHandOver: () => void;
  onAlong: () => void;
}

/** What can be done with somebody's account. */
export function PersonActions(props: PersonActionsProps) {
  const { user, onEdit, onEffective, onHandOver, onAlong } = props;
  const { t } = useTranslation();
  const may = useMay();
  const works = useAccountWorks(props);
  return (
    <Flex>
      <Button size="small" type="link" onClick={onEdit}>
        {t('action.edit')}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'effective', label: t('people.effective') },
            ...(may('customer.handover') ? [{ key: 'handOver', label: t('handover.open') }] : []),
            ...(may('customer.assign') ? [{ key: 'along', label: t('along.open') }] : []),
            { key: 'reset', label: t('people.reset') },
            { key: 'endSessions', label: t('people.endSessions') },
            user.disabled
              ? { key: 'enable', label: t('people.enable') }
              : { key: 'disable', label: t('people.disable'), danger: true },
          ],
          onClick: ({ key }) => {
            if (key === 'effective') onEffective();
            else if (key === 'handOver') onHandOver();
            else if (key === 'along') onAlong();
            else if (key === 'reset') works.reset();
            else if (key === 'endSessions') works.endSessions();
            else works.setDisabled(key === 'disable');
          },
        }}
      >
        <Button size="small" type="link" aria-label={t('people.menu', { name: user.displayName })}>
          {t('people.more')}
        </Button>
      </Dropdown>
    </Flex>
  );
}

/** Each is asked about first: it ends what the person is doing. */
function useAccountWorks({ user, onPassword, onHandOver }: PersonActionsProps) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const showFailure = useFailureDialog();
  const reset = useResetPassword();
  const endSessions = useEndSessions();
  const setDisabled = useSetDisabled();
  const ask = (work: 'reset' | 'endSessions' | 'disable' | 'enable', send: () => Promise<unknown>) => {
    const title = t(`people.${work}Title`, { name: user.displayName });
    void modal.confirm({
      title,
      content: t(`people.${work}Means`),
      okText: t(`people.${work}`),
      okButtonProps: { danger: work === 'disable' },
      cancelText: t('action.cancel'),
      onOk: () =>
        send().catch((error: unknown) => {
          if (problemOf(error).code === 'OWNS_RECORDS') askToHandOver(title, error);
          else showFailure(title, error);
        }),
    });
  };
  /** The way out of the refusal. */
  const askToHandOver = (title: string, error: unknown) =>
    void modal.confirm({
      title,
      icon: null,
      content: <Failure error={error} />,
      okText: t('handover.open'),
      cancelText: t('action.cancel'),
      onOk: onHandOver,
    });
  return {
    reset: () =>
      ask('reset', async () => {
        const { password } = await reset.mutateAsync(user.id);
        onPassword({ name: user.displayName, username: user.username, password });
      }),
    endSessions: () => ask('endSessions', () => endSessions.mutateAsync(user.id)),
    setDisabled: (disabled: boolean) =>
      ask(disabled ? 'disable' : 'enable', () => setDisabled.mutateAsync({ id: user.id, disabled })),
  };
}
