{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge', on_schema_change='append_new_columns') }}
select id, customer, amount, {{ 2 if is_incremental() else 1 }} as run_number
from {{ ref('stg_orders') }}
{% if is_incremental() %}
where id >= (select max(id) from {{ this }})
{% endif %}
