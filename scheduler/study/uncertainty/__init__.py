"""How planned weeks run when sessions are stopped and patients stay away."""
