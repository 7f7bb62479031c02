// Placeholder for SafeTensors.
