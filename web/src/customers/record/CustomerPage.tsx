import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { Loaded } from '../../app/Loaded';
import { customerQuery } from '../queries';
import { CustomerRecord } from './CustomerRecord';

export default function CustomerPage() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const query = useQuery(customerQuery(id));
  return (
    <Loaded query={query}>
      {(customer) => (
        <CustomerRecord key={customer.id} customer={customer} onDeleted={() => void navigate('/customers')} />
      )}
    </Loaded>
  );
}
