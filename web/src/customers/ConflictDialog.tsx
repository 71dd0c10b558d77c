import { Flex, Modal, Radio, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/types';
import { FieldValue } from './FieldValue';
import { useFieldLabel } from './field-labels';

interface ConflictDialogProps {
  problem: Problem;
  onCancel: () => void;
  /** With the fields where the other's value stays. */
  onChosen: (givenUp: string[]) => void;
}

/** Somebody else saved the same fields meanwhile: for each, mine or theirs. */
export function ConflictDialog({ problem, onCancel, onChosen }: ConflictDialogProps) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const fields = problem.fields ?? [];
  const [givenUp, setGivenUp] = useState<string[]>([]);
  const choose = (field: string, side: 'mine' | 'theirs') =>
    setGivenUp((before) => [
      ...before.filter((other) => other !== field),
      ...(side === 'theirs' ? [field] : []),
    ]);
  return (
    <Modal
      open
      title={t('conflict.title')}
      okText={t('conflict.save')}
      cancelText={t('conflict.back')}
      onOk={() => onChosen(givenUp)}
      onCancel={onCancel}
    >
      <Typography.Paragraph>{t('conflict.explanation')}</Typography.Paragraph>
      <Flex vertical gap={16}>
        {fields.map((field) => (
          <div key={field} role="group" aria-label={label(field)}>
            <Typography.Text strong>{label(field)}</Typography.Text>
            <div>
              <Typography.Text type="secondary">
                {t('conflict.original')} <FieldValue field={field} value={problem.original?.[field]} />
              </Typography.Text>
            </div>
            <Radio.Group
              value={givenUp.includes(field) ? 'theirs' : 'mine'}
              onChange={(event) => choose(field, event.target.value as 'mine' | 'theirs')}
            >
              <Flex vertical gap={4}>
                <Radio value="mine">
                  {t('conflict.mine')} <FieldValue field={field} value={problem.mine?.[field]} />
                </Radio>
                <Radio value="theirs">
                  {t('conflict.theirs')} <FieldValue field={field} value={problem.theirs?.[field]} />
                </Radio>
              </Flex>
            </Radio.Group>
          </div>
        ))}
      </Flex>
    </Modal>
  );
}
