-- What Snowglobe does not have is refused by name
-- @refused
CREATE TABLE PLACES (P GEOGRAPHY);
-- @refused
CREATE TAG COST_CENTER;
SELECT 1 AS STILL_HERE;
