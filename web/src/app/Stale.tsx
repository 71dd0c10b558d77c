import { Badge } from 'antd';

/** A quiet line where what is shown may be behind; nothing where it is not. */
export function Stale({ pages, text }: { pages: { mayBeStale?: boolean }[]; text: string }) {
  if (!pages.some(({ mayBeStale }) => mayBeStale)) return null;
  return <Badge status="processing" text={text} />;
}
