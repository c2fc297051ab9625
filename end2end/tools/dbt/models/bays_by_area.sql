select planning_area, sum(bays) as bays
from {{ source('transport', 'depots_dp_depots') }}
group by planning_area
