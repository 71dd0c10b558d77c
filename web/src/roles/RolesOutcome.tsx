import './roles.css';
import { useQuery } from '@tanstack/react-query';
import { Flex } from 'antd';
import { Failure } from '../app/Failure';
import { Outcome } from './Outcome';
import { previewQuery } from './roles';

interface RolesOutcomeProps {
  userId: string;
  roles: string[];
}

/** What other roles would give somebody and take, while they are being chosen. */
export function RolesOutcome({ userId, roles }: RolesOutcomeProps) {
  const { data, error } = useQuery(previewQuery({ userId, roles }));
  if (error) return <Failure error={error} />;
  return (
    <Flex vertical gap={8} className="roles-outcome">
      {data && <Outcome preview={data} />}
    </Flex>
  );
}
