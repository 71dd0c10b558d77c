import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../app/Loaded';
import { explainQuery, resourceOf } from './explain';
import { Explanation } from './Explanation';

interface RefusalProps {
  operation: string;
  path?: string;
}

/** Why one was refused oneself. */
export default function Refusal({ operation, path = '' }: RefusalProps) {
  const question = { operation, resource: resourceOf(path) };
  const query = useQuery(explainQuery(question));
  return (
    <Loaded query={query} rows={3}>
      {(explained) => <Explanation question={question} explained={explained} />}
    </Loaded>
  );
}
