"""Assessment of risk and vulnerability (ROS): matrices, a library of scenarios, and what an organisation assessed."""
