import type { User } from '../api/types';
import { Avatar } from './Avatar';

interface PersonNameProps {
  /** Absent as long as it is unknown. */
  user: Pick<User, 'id' | 'displayName' | 'avatar'> | undefined;
  /** What stands there when it is nobody. */
  nobody?: string;
}

/** Somebody by picture and name. */
export function PersonName({ user, nobody = '' }: PersonNameProps) {
  if (!user) return <>{nobody}</>;
  return (
    <span className="person-name">
      <Avatar user={user} />
      <span className="clipped" title={user.displayName}>
        {user.displayName}
      </span>
    </span>
  );
}
