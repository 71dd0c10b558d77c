import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

const KEYS = [
  ['palette', 'Ctrl K'],
  ['search', '/'],
  ['next', 'J'],
  ['previous', 'K'],
  ['sideways', '← →'],
  ['open', 'Enter'],
  ['edit', 'E'],
  ['select', 'X'],
  ['save', 'Ctrl Enter'],
  ['close', 'Esc'],
  ['help', '?'],
] as const;

export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t('keys.title')} footer={null} width={420} onCancel={onClose}>
      <dl className="details keys">
        {KEYS.map(([name, stroke]) => (
          <div key={name} className="detail">
            <dt>
              {stroke.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
