"""The scan journey: captures and imported results → observations → assets → findings. Sends no packet."""
