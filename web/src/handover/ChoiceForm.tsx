import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Note } from '../app/text';
import { DictionarySelect } from '../dictionaries/DictionarySelect';
import { personOption } from '../people/PersonOption';
import { useUserOptions } from '../people/users';
import { RegionPicker } from '../regions/RegionPicker';
import { type Choice, type Line, newLine, type Way } from './rules';

interface ChoiceFormProps {
  /** Who hands over, and gets nothing. */
  userId: string;
  choice: Choice;
  onChange: (choice: Choice) => void;
}

/** By which rule, and to whom. */
export function ChoiceForm({ userId, choice, onChange }: ChoiceFormProps) {
  const { t } = useTranslation();
  const { way, lines, rest } = choice;
  const turn = (next: Way) => onChange({ ...choice, way: next, lines: next === 'all' ? [] : [newLine()] });
  const put = (changed: Line) =>
    onChange({ ...choice, lines: lines.map((line) => (line.key === changed.key ? changed : line)) });
  return (
    <Flex vertical gap={8}>
      <Radio.Group
        aria-label={t('handover.rule')}
        optionType="button"
        value={way}
        onChange={({ target }) => turn(target.value as Way)}
        options={[
          { value: 'all', label: t('handover.way.all') },
          { value: 'region', label: t('handover.way.region') },
          { value: 'level', label: t('handover.way.level') },
        ]}
      />
      {way !== 'all' && (
        <>
          <ul className="plain-list">
            {lines.map((line, index) => (
              <li key={line.key} className="handover-line">
                {way === 'region' ? (
                  <RegionPicker
                    label={t('handover.regionOf', { number: index + 1 })}
                    value={line.code}
                    onChange={(code) => put({ ...line, code })}
                  />
                ) : (
                  <DictionarySelect
                    dictionary="level"
                    label={t('handover.levelOf', { number: index + 1 })}
                    value={line.code}
                    onChange={(code) => put({ ...line, code })}
                  />
                )}
                <Receivers
                  userId={userId}
                  label={t('handover.receiversOf', { number: index + 1 })}
                  value={line.receivers}
                  onChange={(receivers) => put({ ...line, receivers })}
                />
                <Button
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t('handover.removeLine', { number: index + 1 })}
                  disabled={lines.length === 1}
                  onClick={() => onChange({ ...choice, lines: lines.filter(({ key }) => key !== line.key) })}
                />
              </li>
            ))}
          </ul>
          <Button
            className="handover-add"
            type="link"
            size="small"
            icon={<PlusOutlined />}
            onClick={() => onChange({ ...choice, lines: [...lines, newLine()] })}
          >
            {t('handover.addLine')}
          </Button>
        </>
      )}
      <Note>{way === 'all' ? t('handover.receivers') : t('handover.rest')}</Note>
      <Receivers
        userId={userId}
        label={way === 'all' ? t('handover.receivers') : t('handover.rest')}
        value={rest}
        onChange={(receivers) => onChange({ ...choice, rest: receivers })}
      />
      <Note>{t('handover.evenly')}</Note>
    </Flex>
  );
}

interface ReceiversProps {
  userId: string;
  label: string;
  value: string[];
  onChange: (receivers: string[]) => void;
}

function Receivers({ userId, label, value, onChange }: ReceiversProps) {
  const people = useUserOptions().filter(({ value: id }) => id !== userId);
  return (
    <Select<string[]>
      mode="multiple"
      className="full-width"
      aria-label={label}
      placeholder={label}
      showSearch={{ optionFilterProp: 'label' }}
      maxCount={20}
      value={value}
      onChange={onChange}
      options={people}
      optionRender={personOption}
    />
  );
}
