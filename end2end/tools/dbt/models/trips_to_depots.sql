select areas.planning_area, areas.bays, coalesce(sum(flows.trips), 0) as trips
from {{ ref('bays_by_area') }} as areas
left join {{ source('transport', 'flows') }} as flows on flows.to_area = areas.planning_area
group by areas.planning_area, areas.bays
