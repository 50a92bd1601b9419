select id, customer, status, amount::number(10, 2) as amount, ordered_on
from {{ ref('raw_orders') }}
