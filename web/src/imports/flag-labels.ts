import { useTranslation } from 'react-i18next';
import type messages from '../messages/zh-CN.json';

/** What an import or a rule found odd; a flag without a text of its own shows its code. */
export function useFlagLabel(): (flag: string) => string {
  const { t } = useTranslation();
  return (flag) => t(`flag.${flag as keyof (typeof messages)['flag']}`, { defaultValue: flag });
}
