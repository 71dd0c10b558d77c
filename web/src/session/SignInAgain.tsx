import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { SignInForm } from './SignInForm';

/** On top of a page where something is typed in: the session ended, the page stays. */
export default function SignInAgain({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t('session.ended')} footer={null} closable={false} zIndex={2000}>
      <p>{t('session.endedExplanation')}</p>
      <SignInForm onSignedIn={onSignedIn} />
    </Modal>
  );
}
