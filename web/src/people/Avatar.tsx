import './avatar.css';
import { useState } from 'react';
import type { User } from '../api/types';
import { colorOf, initials } from './initials';

/** From this size on two letters can be read. */
const TWO_LETTERS_PX = 26;

interface AvatarProps {
  user: Pick<User, 'id' | 'displayName' | 'avatar'>;
  /** Pixels of each side. */
  size?: number;
}

/** Somebody's picture, or the letters that stand for it. The name stands beside it. */
export function Avatar({ user, size = 20 }: AvatarProps) {
  const { id, displayName, avatar } = user;
  // Removed since the page was told of it.
  const [missing, setMissing] = useState('');
  if (avatar && avatar !== missing)
    return (
      <img
        className="avatar"
        src={`/v1/users/${id}/avatars/${avatar}`}
        width={size}
        height={size}
        alt=""
        loading="lazy"
        onError={() => setMissing(avatar)}
      />
    );
  const most = size < TWO_LETTERS_PX ? 1 : 2;
  const style = { width: size, height: size, fontSize: size * (most === 1 ? 0.55 : 0.42) };
  return (
    <span
      className="avatar"
      aria-hidden
      style={{ ...style, background: colorOf(id) }}
      data-letters={initials(displayName, most)}
    />
  );
}
