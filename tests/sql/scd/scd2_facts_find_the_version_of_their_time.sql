-- SCD 2: a fact finds the one version that held at its time, also at the very moment of a change
--
-- Versions are half open: an order at the instant of Ada's move belongs to the new version and to no other, so four orders
-- give four rows. With <= instead of < the one at the border would count twice.
-- @setup _history.sql

INSERT INTO CUSTOMER_HISTORY VALUES
    (1, 'Ada', 'London', '2026-01-01', '2026-01-05 09:00:00', FALSE),
    (1, 'Ada', 'Paris',  '2026-01-05 09:00:00', '9999-12-31', TRUE);

CREATE TABLE ORDERS (ORDER_ID NUMBER, CUSTOMER_ID NUMBER, ORDERED_AT TIMESTAMP_NTZ);

CREATE VIEW ORDERS_BY_CITY AS
SELECT O.ORDER_ID, O.ORDERED_AT, H.CITY
FROM ORDERS O
JOIN CUSTOMER_HISTORY H
    ON H.CUSTOMER_ID = O.CUSTOMER_ID AND H.VALID_FROM <= O.ORDERED_AT AND O.ORDERED_AT < H.VALID_TO;

INSERT INTO ORDERS VALUES
    (10, 1, '2026-01-01 00:00:00'), (11, 1, '2026-01-05 08:59:59.999'),
    (12, 1, '2026-01-05 09:00:00'), (13, 1, '2026-01-09 12:00:00');

SELECT * FROM ORDERS_BY_CITY ORDER BY ORDER_ID, CITY;
