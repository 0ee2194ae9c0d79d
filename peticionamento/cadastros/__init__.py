"""The registers room: agencies, units, municipalities, process types, holidays."""
