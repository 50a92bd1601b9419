{% snapshot orders_over_time %}
{{ config(unique_key='id', strategy='check', check_cols=['status', 'amount']) }}
select * from {{ ref('stg_orders') }}
{% endsnapshot %}
